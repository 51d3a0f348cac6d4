/** Where two sets of results come from, and how their differences are shown. */
package io.sightline.app.diff;
