-- Throws a new generation away. KEYS: lock, its state, its data. ARGV: token.
-- 1: what else it has is to be freed, and then its state; it can't be switched to any more. 0: it is none of this rebuild's: it was switched to
-- (then it has no state of its own), or is gone, and its number may be another's on a server that was emptied.
if redis.call('GET', KEYS[1]) == ARGV[1] then
  redis.call('DEL', KEYS[1])
end
if redis.call('HMGET', KEYS[2], 'born')[1] ~= ARGV[1] then
  return 0
end
redis.call('UNLINK', KEYS[3])
return 1
