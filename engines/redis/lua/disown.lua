-- disown drops all entries of an owner, and says how many. ARGV: now, owner
local ids = redis.call('SMEMBERS', owned(ARGV[2]))
for _, id in ipairs(ids) do
  redis.call('HDEL', base .. 'tombs', drop(id))
end
return reply('ok', int(#ids))
