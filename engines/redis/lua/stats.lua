-- stats only ends what is due, and says what is held. ARGV: now
return reply('ok')
