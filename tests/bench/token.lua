-- token.lua - for wrk: another token of a file in each request.
--	wrk ... -s token.lua URL -- TOKENS START [THREADS HOST:PORT...]
-- of which each thread has its share, and one of the nodes that are named,
-- or, with a form in a file, that form again and again:
--	wrk ... -s token.lua URL -- FORM post
-- Ends with a line "BENCH requests us p50 p99 refused broken" (latencies in us).
local requests, at, count = {}, 0, 0
local threads = 0

function setup(thread)
	thread:set("number", threads)
	threads = threads + 1
end

function init(args)
	if args[2] == "post" then
		local body = io.open(args[1]):read("*l")
		wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
		requests[1] = wrk.format("POST", nil, nil, body)
		count = 1
		return
	end
	local share, all = tonumber(args[3] or 1), 0
	for line in io.lines(args[1]) do
		all = all + 1
		if all % share == number % share then
			wrk.headers["Authorization"] = "Bearer " .. line
			count = count + 1
			requests[count] = wrk.format("GET")
		end
	end
	if args[4] then
		local node = args[4 + number % (#args - 3)]
		wrk.thread.addr = wrk.lookup(node:match("(.*):(.*)"))[1]
	end
	at = tonumber(args[2]) % count
end

function request()
	at = at % count + 1
	return requests[at]
end

function done(summary, latency)
	local e = summary.errors
	io.write(string.format("BENCH %d %d %d %d %d %d\n", summary.requests,
	    summary.duration, latency:percentile(50), latency:percentile(99),
	    e.status, e.connect + e.read + e.write + e.timeout))
end
