-- A request for wrk out of a template file, made by wrk.py: bytes 1 to 3 stand for a number that is never the same, a visitor's number
-- and a visitor's address. At the end it prints what wrk counted, as one line of JSON.

local pieces, slots, number, visitors = {}, {}, 0, 20000

function init(arguments)
  local file = assert(io.open(arguments[1], "rb"))
  local template = file:read("*a")
  file:close()
  number = tonumber(arguments[2])
  for piece, slot in (template .. "\1"):gmatch("([^\1\2\3]*)([\1\2\3])") do
    pieces[#pieces + 1] = piece
    slots[#slots + 1] = slot
  end
end

function request()
  local parts, count = {}, #pieces
  local visitor = number * 7919 % visitors
  for place = 1, count - 1 do
    parts[2 * place - 1] = pieces[place]
    local slot = slots[place]
    if slot == "\1" then
      number = number + 1
      parts[2 * place] = string.format("%012d", number)
    elseif slot == "\2" then
      visitor = number * 7919 % visitors
      parts[2 * place] = string.format("%012d", visitor)
    else
      parts[2 * place] = string.format("11.%d.%d.9", visitor / 200, visitor % 200)
    end
  end
  parts[2 * count - 1] = pieces[count]
  return table.concat(parts)
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\nJSON {"requests": %d, "seconds": %.6f, "p50_ms": %.3f, "p99_ms": %.3f, "refused": %d, "failed": %d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
