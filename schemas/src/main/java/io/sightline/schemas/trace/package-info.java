/** OpenTelemetry's traces across topics. */
package io.sightline.schemas.trace;
