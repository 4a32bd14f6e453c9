"""Demand that both clients ask, wait and give up as they must, over real sockets."""
