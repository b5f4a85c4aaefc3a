-- claim gives who asks the right to load an entry, until a time, or says that
-- another has it: "taken". With no time to come it is given back.
--
-- ARGV: now, key, who, until
local claim, till = base .. 'claim:' .. ARGV[2], tonumber(ARGV[4])
local owner, ends = string.match(redis.call('GET', claim) or '', '^(%S+) (%S+)$')

if till <= now then
  if owner == ARGV[3] then redis.call('DEL', claim) end
  return reply('ok')
end
-- One that ends a lease later than could be claimed now is from before the clock was
-- set back. Less is the clock of another process, or a call that was on its way.
if owner and owner ~= ARGV[3] and now < tonumber(ends) and tonumber(ends) < till + (till - now) then
  return reply('taken')
end
-- What a killed process left is not kept for ever.
redis.call('SET', claim, ARGV[3] .. ' ' .. ARGV[4], 'PX', int((till - now) / 1000 + 60000))
return reply('ok')
