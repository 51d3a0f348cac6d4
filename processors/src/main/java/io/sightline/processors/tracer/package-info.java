/** Counts what the stages and the requests do, and gives it window by window: as data for the trace topic and as Paddle's text block. */
package io.sightline.processors.tracer;
