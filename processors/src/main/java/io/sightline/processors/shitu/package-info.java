/** The steps of PP-ShiTu's recognition around the models, number for number as the stock server takes them. */
package io.sightline.processors.shitu;
