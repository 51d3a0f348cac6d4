/** Calls known by an id of their caller's: asked again they get the answer that there was, and sent asynchronously it is fetched later. */
package io.sightline.connectors.bridge.store;
