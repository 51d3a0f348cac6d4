/** The form of the process's own log. */
package io.sightline.app.log;
