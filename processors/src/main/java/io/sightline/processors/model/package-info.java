/** Model folders, their strict description files, and the runtime that models run on. */
package io.sightline.processors.model;
