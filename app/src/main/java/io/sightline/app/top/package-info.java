/** {@code sightline top}: what the workers' tracers measured, on a terminal. */
package io.sightline.app.top;
