/** The dialect of Paddle Serving's pipeline services: HTTP and gRPC on the same ports, answers as the Python text that its clients read. */
package io.sightline.connectors.bridge.serving;
