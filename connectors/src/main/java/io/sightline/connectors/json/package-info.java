/** JSON kept exactly as it came. */
package io.sightline.connectors.json;
