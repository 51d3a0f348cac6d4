/** Records in, outcomes out: reads requests and gallery edits, leads them through the stages, builds results. */
package io.sightline.processors.recognition;
