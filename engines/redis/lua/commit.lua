-- commit lets readers find an entry whose chunks are all written.
--
-- ARGV: now, id, claim or '', manifest, expires (0 is never), idle (0 is any),
-- stale, quota of the owner, lease; of what was appended the id of the entry that
-- it was appended to, or '', and the ids of the parts that it has of that one;
-- then the keys that it supersedes
local id = ARGV[2]
local e = redis.call('HMGET', entry(id), 'key', 'bytes', 'owner', 'slot')
local key, owner, slot, from = e[1], e[3], e[4], ARGV[10]

if redis.call('HEXISTS', entry(id), 'expires') == 1 then
  return reply('ok') -- the answer to the first try was lost
end
if not redis.call('ZSCORE', base .. 'writing', id) then
  return reply('lapsed')
end
if ARGV[3] ~= '' and string.match(redis.call('GET', base .. 'claim:' .. key) or '', '^%S+') ~= ARGV[3] then
  return reply('fenced')
end
if from ~= '' then
  local why = lost(key, from)
  if why then return reply('gone', why) end
end

local ends, spared = {}, {}
local function replaces(v)
  if v and not spared[v] then ends[#ends + 1], spared[v] = v, true end
end
replaces(redis.call('HGET', base .. 'current', key))
for i = 12, #ARGV do
  replaces(redis.call('HGET', base .. 'current', ARGV[i]))
end
if slot ~= '' then
  replaces(redis.call('HGET', base .. 'slots', owner .. '/' .. slot))
end
-- Room was made before it was written; the owner may have put others since.
local own = own_room(owner, tonumber(e[2]), tonumber(ARGV[8]), tonumber(ARGV[9]), spared)
if not own then return reply('quota') end

redis.call('ZREM', base .. 'writing', id)
for _, v in ipairs(own) do evict(v, 'owner') end
for _, v in ipairs(ends) do
  local k = drop(v)
  if v ~= from then bury(k, 'superseded', '0', ARGV[1]) end
end
for i = 12, #ARGV do -- those that had to go before
  if string.match(redis.call('HGET', base .. 'tombs', ARGV[i]) or '', '^evicted') then
    bury(ARGV[i], 'superseded', '0', ARGV[1])
  end
end
if from ~= '' then -- the parts are charged already, and so is the entry
  for p in string.gmatch(ARGV[11], '%S+') do redis.call('HINCRBY', entry(p), 'shared', 1) end
  redis.call('HSET', entry(id), 'parts', ARGV[11])
  redis.call('HDEL', entry(id), 'uncounted')
  redis.call('HSET', entry(from), 'uncounted', '1')
end
redis.call('HDEL', base .. 'tombs', key)
redis.call('SET', manifest(key), ARGV[4])
redis.call('HSET', base .. 'current', key, id)
redis.call('HSET', entry(id), 'expires', ARGV[5], 'idle', ARGV[6], 'stale', ARGV[7])
if owner ~= '' then
  redis.call('SADD', owned(owner), id)
  redis.call('HINCRBY', base .. 'quotas', owner, e[2])
  if slot ~= '' then redis.call('HSET', base .. 'slots', owner .. '/' .. slot, id) end
end
use(id)
return reply('ok')
