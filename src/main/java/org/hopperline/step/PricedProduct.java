package org.hopperline.step;

import org.hopperline.work.MatrixProduct;

/**
 * One linear layer with the seconds of its three products, priced once for the layer and for the traffic beside it.
 *
 * @param shape its size
 * @param forward the forward product
 * @param dataGradient the gradient of its input
 * @param weightGradient the gradient of its weights
 */
record PricedProduct(MatrixProduct shape, double forward, double dataGradient, double weightGradient) {}
