-- All generations before this one have been freed. KEYS: state. ARGV: born.
if redis.call('HMGET', KEYS[1], 'born')[1] == ARGV[1] then
  redis.call('HSET', KEYS[1], 'unfreed', '')
end
return {'OK'}
