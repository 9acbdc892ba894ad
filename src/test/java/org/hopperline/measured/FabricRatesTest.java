package org.hopperline.measured;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.hopperline.core.Figure;
import org.hopperline.core.Kind;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Network bytes a second of a node of eight, from descriptions as sources print them. */
class FabricRatesTest {

    private static final double REFERENCE = 123e9;

    private static Figure node(String fabric) {
        return RunRules.nodeBytesPerSecond(fabric, 8, REFERENCE);
    }

    /** Interfaces times rate by arithmetic; a machine or an instance by its vendor's page, as fabric_rules.csv names it. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "8x400G NDR InfiniBand (ConnectX-7), DGX H100 | 400e9",
                "8x 200 Gb/s HDR | 200e9",
                "8 x 50GB/s | 400e9",
                "8 × 400 Gbps InfiniBand | 400e9",
                "4x200G TCPX | 100e9",
                "4 x 100 Gb RoCE per node | 50e9",
                "A3 Mega 8x200 Gb/s GPUDirect-TCPXO | 200e9",
                "Slingshot-11 4x200G | 100e9",
                "EFA 100 Gbps x32 | 400e9",
                "400 Gb/s InfiniBand per GPU | 400e9",
                "NDR 200 Gb/s/GPU | 200e9",
                "50 GB/s per GPU RoCE | 400e9",
                "NVLink 900 GB/s per GPU, 8x400G NDR | 400e9",
                "3.2 Tb/s EFA | 400e9",
                "3200 Gbps | 400e9",
                "1600 Gbps node-node RoCE | 200e9",
                "800 Gbps node interconnect | 100e9",
                "400 Gbps node interconnect | 50e9",
                "EFA 400 Gbps | 50e9",
                "100GbE | 12.5e9",
                "25 GB/s per node | 25e9",
                "400 Gb/s RDMA per GPU (Grand Teton backend) | 400e9",
                "400 Gb/s RoCE (Arista 7800 / Minipack2), 3-layer Clos, Grand Teton | 400e9",
                "Selene HDR InfiniBand | 200e9",
                "AWS p5.48xlarge | 400e9",
                "EFA, p5en instances | 400e9",
                "AWS p4d.24xlarge | 50e9",
                "64 p4de nodes | 50e9",
                "Azure ND H100 v5 | 400e9",
                "Azure NDm A100 v4 | 200e9",
                "GCP A3 Mega, GPUDirect-TCPXO | 200e9",
                "a3-megagpu-8g | 200e9",
                "a3-highgpu-8g | 100e9",
                "GCP A3 Ultra | 400e9",
                "a2-ultragpu-8g | 12.5e9",
                "OCI BM.GPU.H100.8 | 400e9",
                "OCI BM.GPU4.8 | 200e9",
                "Aurora, Slingshot 11 Dragonfly | 200e9",
                "ALCF Polaris Slingshot-11 | 50e9",
                "JUWELS Booster, HDR | 100e9",
                "Leonardo, Dragonfly+ | 50e9",
                "Frontier Slingshot-11 | 100e9",
                "Perlmutter Slingshot-11, 4 GPUs/node | 100e9"
            })
    void describedNetworks(String fabric, double bytesPerSecond) {
        assertThat(node(fabric).value()).isCloseTo(bytesPerSecond, within(1.0));
        assertThat(node(fabric).kind()).isEqualTo(Kind.SPECIFIED);
    }

    /** A lone rate may be that of each of several interfaces; a topology has none; links of the node are another matter. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "unreported (DGX-H100)",
                "400 Gb/s InfiniBand",
                "NDR InfiniBand",
                "Dragonfly",
                "NVLink 900 GB/s per GPU",
                "NVLink 8x50GB/s",
                "8x80GB H100",
                "DGX SuperPOD (InfiniBand), not detailed",
                "9999 Tb/s in all",
                "gradient accumulation 8 x 4"
            })
    void whatSaysNothingLeavesTheReference(String fabric) {
        assertThat(node(fabric).value()).isEqualTo(REFERENCE);
        assertThat(node(fabric).kind()).isEqualTo(Kind.ASSUMED);
    }

    /** A node with fewer interfaces than devices has rings on each of them. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "4 x 100 Gb RoCE per node | 4",
                "8x400G NDR InfiniBand | 8",
                "EFA 100 Gbps x32 | 32",
                "0 x 100 Gb | 0",
                "400 Gb/s RDMA per GPU | 0",
                "NVLink 18 x 25 GB/s | 0"
            })
    void interfacesAreCountedWhereTheyArePrinted(String fabric, int interfaces) {
        assertThat(FabricRates.interfaces(fabric).orElse(0)).isEqualTo(interfaces);
    }
}
