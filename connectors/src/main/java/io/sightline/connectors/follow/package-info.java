/** Topics read without a group, into memory. */
package io.sightline.connectors.follow;
