-- Owns what wrk sends and counts: each request is a new event. Called with: file of the template, Authorization, number
-- of the first delivery, number of orders, expected answer. `delivery.py` says what these are.

wrong = 0

local template, number, orders, expected
local ids = {}
local main

function setup(thread)
  main = thread -- there is one: numbers are drawn by it alone
end

function init(arguments)
  local file = assert(io.open(arguments[1], "rb"))
  template = file:read("*a")
  file:close()
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/json"
  wrk.headers["User-Agent"] = "sender/1.0"
  wrk.headers["Accept"] = "*/*"
  wrk.headers["Authorization"] = arguments[2]
  number, orders, expected = tonumber(arguments[3]), tonumber(arguments[4]), arguments[5]
end

function request()
  ids.event = string.format("evt_V2_%032d", number)
  ids.order = string.format("load-%06d", number % orders)
  number = number + 1
  return wrk.format(nil, nil, nil, (template:gsub("<(%a+)>", ids)))
end

function response(status, headers, body)
  if status ~= 200 or body ~= expected then
    wrong = wrong + 1
  end
end

function done(summary, latency, requests)
  local failed = summary.errors
  io.write(string.format(
    "measured requests=%d microseconds=%d p50=%d p99=%d errors=%d\n",
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    failed.connect + failed.read + failed.write + failed.timeout + main:get("wrong")))
end
