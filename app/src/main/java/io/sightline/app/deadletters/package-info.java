/** What the command line says about dead letters. */
package io.sightline.app.deadletters;
