/** Files of recognition results: written, read back, compared. */
package io.sightline.connectors.results;
