/** Stage engines: bounded queue, batcher, lanes; what a stage makes of an item, and how long it took. */
package io.sightline.processors.stage;
