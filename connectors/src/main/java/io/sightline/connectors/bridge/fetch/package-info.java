/** Pictures by their URL, fetched for a caller; off unless switched on, for whoever can have a server fetch things can reach what only the server reaches. */
package io.sightline.connectors.bridge.fetch;
