/** Stored pictures go through the pipelines now and then: what the models make of them must stay what it was. */
package io.sightline.processors.canary;
