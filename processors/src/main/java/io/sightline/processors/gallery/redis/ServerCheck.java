package io.sightline.processors.gallery.redis;

import java.util.List;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.exceptions.JedisAccessControlException;

/** Whether a server has the commands that a storage needs. */
record ServerCheck(Storage storage) {
    /** @throws UnfitServerException it has not. A user who may not ask passes */
    void check(RedisClient client, String address) {
        List<?> known;
        try {
            known = (List<?>) client.sendCommand(Protocol.Command.COMMAND, "INFO", storage.command());
        } catch (JedisAccessControlException e) {
            return;
        }
        if (known.isEmpty() || known.get(0) == null || known.get(0) instanceof List<?> facts && facts.isEmpty()) {
            throw new UnfitServerException("redis " + address + ": no command " + storage.command() + " for galleries as " + storage.name()
                    + " (expected: " + storage.expectedServer() + ")");
        }
    }
}
