/** What could not be processed: looked at, and sent again. */
package io.sightline.connectors.deadletters;
