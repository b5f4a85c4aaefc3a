-- reserve charges an entry that is about to be written, or evicts and says
-- "collect": delete the garbage, then ask again. The list it returns is of the
-- keys that the entry will replace and that had to make room for it already.
--
-- ARGV: now, id, key, key superseded, owner, slot, bytes, chunks, limit of
-- bytes, limit of entries, quota of the owner, lease, end of the reservation;
-- of what is appended the id of the entry that it is appended to, or '', and how
-- many of the bytes are new
local id, key, owner, slot, bytes = ARGV[2], ARGV[3], ARGV[5], ARGV[6], tonumber(ARGV[7])
local max_bytes, max_entries, quota, lease = tonumber(ARGV[9]), tonumber(ARGV[10]), tonumber(ARGV[11]), tonumber(ARGV[12])
local from, own, counted = ARGV[14], tonumber(ARGV[15]), 1

if redis.call('ZSCORE', base .. 'writing', id) then
  return reply('ok') -- the answer to the first try was lost
end
if from ~= '' then
  local why = lost(key, from)
  if why then return reply('gone', why) end
  counted = 0
end

-- The entries that this one replaces go last: where there is room for only one
-- of the two, the old value ends before the new one is there.
local last, spared = {}, {}
local function replaces(v)
  if v and not spared[v] then
    last[#last + 1], spared[v] = v, true
  end
end
if from ~= '' then
  spared[from] = true -- it is a part of this one
else
  replaces(redis.call('HGET', base .. 'current', key))
end
replaces(redis.call('HGET', base .. 'current', ARGV[4]))
replaces(redis.call('HGET', base .. 'slots', owner .. '/' .. slot))

-- What would be held if all victims and all garbage were gone.
release()
local b, n = held()
local function exceeded()
  if b + own > max_bytes then return 'bytes' end
  if n + counted > max_entries then return 'entries' end
end
for _, d in ipairs(redis.call('ZRANGE', base .. 'dead', 0, -1)) do
  local dead_bytes, dead_entries = part(d)
  b, n = b - dead_bytes, n - dead_entries
end

local victims = {}
local function take(v, limit)
  victims[#victims + 1], spared[v] = {v, limit}, true
  b, n = b - frees(v), n - 1
end

local room = own_room(owner, bytes, quota, lease, spared)
if not room then return reply('quota') end
for _, v in ipairs(room) do take(v, 'owner') end

-- walk takes those of a set that were last used in a time, the oldest first.
local function walk(set, from, to)
  local seen = 0
  while exceeded() do
    local page = redis.call('ZRANGEBYSCORE', base .. set, from, to, 'LIMIT', int(seen), '16')
    if #page == 0 then break end
    for _, v in ipairs(page) do
      if exceeded() and not spared[v] and not leased(v) then take(v, exceeded()) end
    end
    seen = seen + #page
  end
end
walk('stale', '-inf', '+inf')
for _, set in ipairs({'mortal', 'eternal'}) do
  walk(set, '-inf', int(now - lease))
  -- What was used a lease into the future was so before the clock was set back.
  if lease > 0 then walk(set, int(now + lease), '+inf') end
end

local before = #victims
for _, v in ipairs(last) do
  if exceeded() and not leased(v) then take(v, exceeded()) end
end
if exceeded() then
  return reply('full', exceeded())
end

local ends = {}
for i, v in ipairs(victims) do
  if i <= before then
    evict(v[1], v[2])
  else -- it is not evicted for another; commit says what became of it
    ends[#ends + 1] = drop(v[1])
    bury(ends[#ends], 'evicted', v[2], ARGV[1])
  end
end
local r = reply('collect', '', ends)
if #r[4] > 0 then return r end

redis.call('HSET', entry(id), 'key', key, 'bytes', ARGV[7], 'chunks', ARGV[8], 'owner', owner, 'slot', slot)
redis.call('ZADD', base .. 'writing', ARGV[13], id)
if from ~= '' then redis.call('HSET', entry(id), 'own', ARGV[15], 'uncounted', '1') end
redis.call('HINCRBY', base .. 'held', 'bytes', ARGV[15])
redis.call('HINCRBY', base .. 'held', 'entries', counted)
return reply('ok', '', ends)
