/**
 * Pictures to model inputs. The operations carry the names and parameters that PaddleClas gives them and do what they do there with
 * cv2 and numpy, but resize 8-bit pixels first and normalise by table afterwards.
 */
package io.sightline.processors.prepare;
