/**
 * Galleries on a Redis server: as vector sets (Redis 8 and newer) or with the Query Engine (Redis Stack, Redis 8 with modules).
 * {@link io.sightline.processors.gallery.redis.RedisIndexes} opens them.
 *
 * <p>Many workers share one server. All of them follow the same log and all of them write: an edit carries its offset in the log, and a
 * script that the server runs as one step skips it where the gallery's state says that it was applied. The state names the generation
 * that is searched, so a rebuilt one is switched to in one step too.
 */
package io.sightline.processors.gallery.redis;
