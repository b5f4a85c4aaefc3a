-- discard drops an entry that proved corrupt, unless it has gone meanwhile.
-- ARGV: now, key, id
if redis.call('HGET', base .. 'current', ARGV[2]) ~= ARGV[3] then
  return reply('gone')
end
bury(drop(ARGV[3]), 'corrupt', '0', ARGV[1])
return reply('ok')
