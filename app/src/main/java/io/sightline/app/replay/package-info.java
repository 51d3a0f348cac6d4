/** What the command replay shows: progress on the screen, a page of results. */
package io.sightline.app.replay;
