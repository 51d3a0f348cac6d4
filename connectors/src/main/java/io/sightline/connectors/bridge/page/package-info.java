/** The page for people's browsers: static files, nothing else. What it shows it fetches itself from the API, as any client would. */
package io.sightline.connectors.bridge.page;
