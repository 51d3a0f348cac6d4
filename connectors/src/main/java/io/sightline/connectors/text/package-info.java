/** Text that may be shown. */
package io.sightline.connectors.text;
