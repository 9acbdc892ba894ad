package org.hopperline.model;

/** Which linear layers of a block add a bias. */
public enum Biases {
    /** None, as in Llama. */
    NONE,
    /** Queries, keys and values only, as in Qwen2. */
    QUERY_KEY_VALUE,
    /** The four of attention. */
    ATTENTION,
    /** Every linear layer of a block, experts and router included, as in GPT-3 and gpt-oss. */
    ALL
}
