#!lua flags=allow-oom
-- What all scripts share. They are the ledger of a store: atomic, and the same
-- for all processes. All its keys have one hash tag, so they lie in one slot.
-- Times are microseconds since 1970, which a Lua number holds exactly; they go
-- back to Redis as they came or through %.0f, never through "..".
--
--   held             hash: bytes, entries; what is charged
--   current          hash: key → id of the entry that is found under it
--   manifest:<key>   the manifest of that entry, which clients cache
--   entry:<id>       hash: key, bytes, chunks, owner, slot, expires, idle, stale;
--                    and ended, since when it has expired. What was appended to
--                    another has that one's parts, and a part of its own, which
--                    the id names too:
--                    parts    the ids of the others
--                    own      bytes of its own, if not all are; chunks are its own
--                    shared   how many entries have that part besides one
--                    uncounted  if it is not charged as an entry
--   leases:<id>      zset: reader → end of its lease
--   stale, mortal, eternal
--                    zsets: id → last use; of entries that have expired and are
--                    kept, of those that will, and of others
--   deadlines        zset: id → when it expires, or is kept no longer
--   writing          zset: id → end of the reservation of who writes its chunks
--   garbage          zset: id → since when; an entry that is gone, and may be read
--   dead             zset: id → since when; a part that no entry has: still
--                    charged, chunks not yet deleted
--   owned:<owner>    set: ids of the owner's entries
--   quotas           hash: owner → bytes of these
--   slots            hash: owner/slot → id
--   claim:<key>      who loads the entry, and until when
--   tombs, graveyard hash: key → why it is gone; list of such keys, oldest first

local base = KEYS[1] .. ':'
local now = tonumber(ARGV[1])
local expired, evicted = 0, {bytes = 0, entries = 0, owner = 0}

local function entry(id) return base .. 'entry:' .. id end
local function leases(id) return base .. 'leases:' .. id end
local function manifest(key) return base .. 'manifest:' .. key end
local function owned(owner) return base .. 'owned:' .. owner end
local function int(n) return string.format('%.0f', n) end
local function size(id) return tonumber(redis.call('HGET', entry(id), 'bytes')) end

-- part returns the bytes that are charged for an entry's own part, 1 if it is
-- charged as an entry or 0, and how many entries have it besides one.
local function part(id)
  local e = redis.call('HMGET', entry(id), 'own', 'bytes', 'uncounted', 'shared')
  return tonumber(e[1] or e[2]), e[3] and 0 or 1, tonumber(e[4] or '0')
end

-- parts returns the ids of an entry's parts.
local function parts(id)
  local ids = {id}
  for p in string.gmatch(redis.call('HGET', entry(id), 'parts') or '', '%S+') do ids[#ids + 1] = p end
  return ids
end

-- frees returns the bytes that go with an entry.
local function frees(id)
  local bytes = 0
  for _, p in ipairs(parts(id)) do
    local own, _, shared = part(p)
    if shared == 0 then bytes = bytes + own end
  end
  return bytes
end

local function leased(id)
  redis.call('ZREMRANGEBYSCORE', leases(id), '-inf', ARGV[1])
  return redis.call('EXISTS', leases(id)) == 1
end

-- bury keeps the reason for the 4096 keys that went last.
local function bury(key, cause, limit, when)
  redis.call('HSET', base .. 'tombs', key, cause .. ' ' .. limit .. ' ' .. when)
  if redis.call('RPUSH', base .. 'graveyard', key) > 4096 then
    redis.call('HDEL', base .. 'tombs', redis.call('LPOP', base .. 'graveyard'))
  end
end

-- lost says why an entry that is appended to is not there any more, or nil.
local function lost(key, from)
  local id = redis.call('HGET', base .. 'current', key)
  if not id then return redis.call('HGET', base .. 'tombs', key) or '' end
  if id ~= from then return 'superseded 0 ' .. ARGV[1] end
  local ended = redis.call('HGET', entry(id), 'ended')
  if ended then return 'expired 0 ' .. ended end
end

-- drop hides an entry. It is charged until its chunks are deleted.
local function drop(id)
  local e = redis.call('HMGET', entry(id), 'key', 'bytes', 'owner', 'slot')
  local key, owner, slot = e[1], e[3], e[3] .. '/' .. e[4]
  redis.call('DEL', manifest(key))
  redis.call('HDEL', base .. 'current', key)
  for _, set in ipairs({'stale', 'mortal', 'eternal', 'deadlines'}) do
    redis.call('ZREM', base .. set, id)
  end
  if owner ~= '' then
    redis.call('SREM', owned(owner), id)
    if redis.call('HINCRBY', base .. 'quotas', owner, '-' .. e[2]) <= 0 then
      redis.call('HDEL', base .. 'quotas', owner)
    end
    if redis.call('HGET', base .. 'slots', slot) == id then
      redis.call('HDEL', base .. 'slots', slot)
    end
  end
  redis.call('ZADD', base .. 'garbage', ARGV[1], id)
  return key
end

-- finish drops an entry that has expired.
local function finish(id, ended)
  bury(drop(id), 'expired', '0', ended)
  expired = expired + 1
end

-- expire ends the lives that are over, what was kept for long enough, and the
-- reservations of dead writers.
local function expire()
  while true do
    local due = redis.call('ZRANGEBYSCORE', base .. 'deadlines', '-inf', ARGV[1], 'WITHSCORES')
    if #due == 0 then break end
    for i = 1, #due, 2 do
      local id, at = due[i], due[i + 1]
      local e = redis.call('HMGET', entry(id), 'stale', 'ended')
      local stale = tonumber(e[1])
      if e[2] or stale == 0 then
        finish(id, e[2] or at)
      else
        redis.call('HSET', entry(id), 'ended', at)
        redis.call('ZADD', base .. 'stale', redis.call('ZSCORE', base .. 'mortal', id), id)
        redis.call('ZREM', base .. 'mortal', id)
        redis.call('ZADD', base .. 'deadlines', int(tonumber(at) + stale), id)
      end
    end
  end
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', base .. 'writing', '-inf', ARGV[1])) do
    redis.call('ZREM', base .. 'writing', id)
    redis.call('ZADD', base .. 'garbage', ARGV[1], id)
  end
end

-- use notes a use of an entry now.
local function use(id)
  local e = redis.call('HMGET', entry(id), 'expires', 'idle')
  local expires, idle = tonumber(e[1]), tonumber(e[2])
  if idle > 0 and (expires == 0 or now + idle < expires) then
    expires = now + idle
  end
  if expires == 0 then
    redis.call('ZADD', base .. 'eternal', ARGV[1], id)
  else
    redis.call('ZADD', base .. 'mortal', ARGV[1], id)
    redis.call('ZADD', base .. 'deadlines', int(expires), id)
  end
end

-- used returns the last use, and whether the entry has expired.
local function used(id)
  local at = redis.call('ZSCORE', base .. 'stale', id)
  if at then return tonumber(at), true end
  return tonumber(redis.call('ZSCORE', base .. 'mortal', id) or redis.call('ZSCORE', base .. 'eternal', id)), false
end

-- evict drops an entry that makes room.
local function evict(id, limit)
  local ended = redis.call('HGET', entry(id), 'ended')
  if ended then
    finish(id, ended)
  else
    bury(drop(id), 'evicted', limit, ARGV[1])
    evicted[limit] = evicted[limit] + 1
  end
end

-- own_room returns which of an owner's entries make room in the quota for so
-- many bytes, the least recently used first; or nil if those that may are too
-- few. The spared, which is a set of ids, will be replaced anyway.
local function own_room(owner, bytes, quota, lease, spared)
  local over = tonumber(redis.call('HGET', base .. 'quotas', owner) or '0') + bytes - quota
  if owner == '' or over <= 0 then return {} end
  local may = {}
  for _, id in ipairs(redis.call('SMEMBERS', owned(owner))) do
    local at, ended = used(id)
    if spared[id] then
      over = over - size(id)
    elseif not leased(id) and (ended or math.abs(now - at) >= lease) then
      may[#may + 1] = {id, at}
    end
  end
  table.sort(may, function(a, b) return a[2] < b[2] end)
  local victims = {}
  for _, v in ipairs(may) do
    if over <= 0 then break end
    victims[#victims + 1] = v[1]
    over = over - size(v[1])
  end
  if over > 0 then return nil end
  return victims
end

-- release gives up the parts of what is gone and nobody reads.
local function release()
  for _, id in ipairs(redis.call('ZRANGE', base .. 'garbage', 0, -1)) do
    if not leased(id) then
      for _, p in ipairs(parts(id)) do
        if redis.call('HINCRBY', entry(p), 'shared', -1) < 0 then redis.call('ZADD', base .. 'dead', ARGV[1], p) end
      end
      redis.call('HDEL', entry(id), 'key', 'parts')
      redis.call('ZREM', base .. 'garbage', id)
    end
  end
end

-- dead returns id, number of chunks, … of parts that can be deleted, 64 at most.
local function dead()
  local out = {}
  for _, id in ipairs(redis.call('ZRANGE', base .. 'dead', 0, 63)) do
    out[#out + 1] = id
    out[#out + 1] = redis.call('HGET', entry(id), 'chunks')
  end
  return out
end

local function held()
  local h = redis.call('HMGET', base .. 'held', 'bytes', 'entries')
  return tonumber(h[1] or '0'), tonumber(h[2] or '0')
end

-- reply is what every script returns; the other end is the type reply in ledger.go.
local function reply(status, detail, list)
  release()
  local bytes, entries = held()
  return {
    status, detail or '', list or {}, dead(),
    expired, evicted.bytes, evicted.entries, evicted.owner, int(bytes), int(entries),
  }
end

expire()
