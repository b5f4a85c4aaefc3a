-- owned returns the keys of all entries of an owner. ARGV: now, owner
local keys = {}
for i, id in ipairs(redis.call('SMEMBERS', owned(ARGV[2]))) do
  keys[i] = redis.call('HGET', entry(id), 'key')
end
return reply('ok', '', keys)
