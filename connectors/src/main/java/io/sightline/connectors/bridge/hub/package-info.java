/** Speaks as PaddleHub Serving does. */
package io.sightline.connectors.bridge.hub;
