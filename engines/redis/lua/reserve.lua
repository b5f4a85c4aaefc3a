-- reserve charges an entry that is about to be written, or evicts and says
-- "collect": delete the garbage, then ask again.
--
-- ARGV: now, id, key, key superseded, bytes, chunks, limit of bytes, limit of
-- entries, end of the reservation
local id, key, bytes, chunks, ending = ARGV[2], ARGV[3], tonumber(ARGV[5]), ARGV[6], ARGV[9]
local max_bytes, max_entries = tonumber(ARGV[7]), tonumber(ARGV[8])

if redis.call('ZSCORE', base .. 'writing', id) then
  return reply('ok') -- the answer to the first try was lost
end

-- What would be held if all victims and all garbage were gone.
local b, n = held()
local function exceeded()
  if b + bytes > max_bytes then return 'bytes' end
  if n >= max_entries then return 'entries' end
end
for _, g in ipairs(redis.call('ZRANGE', base .. 'garbage', 0, -1)) do
  if not leased(g) then
    b, n = b - tonumber(redis.call('HGET', entry(g), 'bytes')), n - 1
  end
end

-- The entries that this one replaces go last: where there is room for only one
-- of the two, the old value ends before the new one is there.
local last = redis.call('HMGET', base .. 'current', key, ARGV[4])
local function replaced(v) return v == last[1] or v == last[2] end

local victims = {}
local function consider(v)
  if not leased(v) then
    victims[#victims + 1] = {v, exceeded()}
    b, n = b - tonumber(redis.call('HGET', entry(v), 'bytes')), n - 1
  end
end
for _, set in ipairs({'mortal', 'eternal'}) do
  local from = 0
  while exceeded() do
    local page = redis.call('ZRANGE', base .. set, int(from), int(from + 15))
    if #page == 0 then break end
    for _, v in ipairs(page) do
      if exceeded() and not replaced(v) then consider(v) end
    end
    from = from + #page
  end
end
for i = 1, 2 do
  if last[i] and exceeded() and (i == 1 or last[1] ~= last[2]) then consider(last[i]) end
end
if exceeded() then
  return reply('full', exceeded())
end

for _, v in ipairs(victims) do
  bury(drop(v[1]), 'evicted', v[2], ARGV[1])
  evicted[v[2]] = evicted[v[2]] + 1
end
local r = reply('collect')
if #r[3] > 0 then return r end

redis.call('HSET', entry(id), 'key', key, 'bytes', ARGV[5], 'chunks', chunks)
redis.call('ZADD', base .. 'writing', ending, id)
redis.call('HINCRBY', base .. 'held', 'bytes', ARGV[5])
redis.call('HINCRBY', base .. 'held', 'entries', 1)
r[1] = 'ok'
return r
