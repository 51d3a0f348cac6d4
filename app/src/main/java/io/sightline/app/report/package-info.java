/** HTML pages of one file, that need no network: what is in them is text made safe, and pictures within the page. */
package io.sightline.app.report;
