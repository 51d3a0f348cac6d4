-- Throws a new generation away, where it is still this rebuild's. KEYS: lock, its state, its data. ARGV: token.
if redis.call('GET', KEYS[1]) == ARGV[1] then
  redis.call('UNLINK', KEYS[2], KEYS[3])
  redis.call('DEL', KEYS[1])
end
return {'OK'}
