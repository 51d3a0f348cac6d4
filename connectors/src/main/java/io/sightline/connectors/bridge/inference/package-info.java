/** Speaks the Open Inference Protocol v2, which KServe, Triton and their clients speak. */
package io.sightline.connectors.bridge.inference;
