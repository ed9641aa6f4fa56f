//! Signatures of `input` by the key of RFC 7515, appendix A.2, whose salt or mask is as RFC 7518, section
//! 3.5 has it, or is not.

use crate::types::JwsAlgorithm::{self, Ps256, Ps384, Ps512};

/// The algorithm, whether it is right, and the signature.
pub(super) const SIGNATURES: [(JwsAlgorithm, bool, &str); 12] = [
    (Ps256, true, concat!(
        "TANAfEqDfwIsc7PIzdvCvYID8FroHsai9guFBN0MhUbWaPCDnjc54skR1KSImJv72lvjQgMnBt-8eMW55SleDRasDVndD9-oavMJ",
        "OcsIS0fnatzhHrZdS1H1VdEkd2ZHBmM-bKxoR8-lePZyGX-iRDpQxVOQdxGxCgjahu_UssoTsgkbjaCjT30ZOGdA24tf0QwOyZTS",
        "wMXUNhxVibbvOMGyHVQn63HGx4gM41q52AAiBIrmrxHRhUaRTky2d_RPpurTKe9sQBnMhuaO2FCnSzVzhJ5YXqNt29KaOL9PNoZA",
        "ua0CFt81S6HOyqJ35RuDeQr5aB8PQq8SCfEYzJFDZA",
    )),
    (Ps256, false, concat!(
        "PjMLQDsEqvMqAfkWk_ZIvRvzFrVzs9lgkrPRQyvfzzXixr2HfFU-zw_aS5hwIjMXB38t55Jg5CS7CuQEE_Tq2yYgqLVcIaw7vOqk",
        "SuTWpIBDHFj0I02S__WF0znyEfzB8vtvRU25is5TLeAa60Pzzxj94GhQPzc644dAhuCn2wZjwI4ZLY5dAGuyT_aZ1J54_B8570L5",
        "mTrmnWAZY6aL8AA5E2w4-owZFQrdnLj2DnKDAZZ3Gm9CzWKxfr_WEkfzTYmqZnmFa66MNi5_amegulp0UJji1zpBJNPx2OQKyU_t",
        "DHL3vdXJ8DuuUihxLHPHFDvhnKmTYnnC4XK52knnuA",
    )),
    (Ps256, false, concat!(
        "K8kwMaZYEiH2IiBgJKoMmrNiWLj3OOvE2Hnhzd_X3ovSpshvbl08oivfp3Z0-DfXNFou-iuPXbNY-FL7s86qeeMoxAGECF8fFJxk",
        "71pCXPSk3LtPJp5Hhmw54_3G8lZG0ygks9l0KEU_dBolKrrK9t5kjV5cIvn-WuqnAMcHgY-1w5pzTz9WVbYDH5keUBDcatO5mukl",
        "G8taNZ7cyqLKQ7SfHZHfPIh81VXqwKWrBkxhUrCBNKU_HApe05JUFcsJfr78i7sImgecz8ni6-xcqlAjYsDk4vVDH_qdBukAOWxK",
        "bij3cExP8qX_N63u6r_b78XQWpK4Al5bR_eODRCuoA",
    )),
    (Ps256, false, concat!(
        "B_jVCPh3zSgDzXhGlVmUVlXahuQjykYBAsmITSyEKDMNh0Pz3MQuYvAtPb355NftjNoNZmyhQwgqP4vRCPXSvmLcTqRtgfB0YlxZ",
        "MkNCZ6jLdBK8v72nip0MmCzYb_uSXWCfT7Rd2T9n21SZcLx5-Ool7i5-jdSpgsAtCLx8F261I9znFuwbOVT1sA252IOYywZ-ccv5",
        "oLMHOHfNzRcfA5R3E3_TvREKz2IPQwSXxFbAP5D8Xo4sA-9W0OMYMhAGZ2mZ6LT3kE6hfNWMeOXTrkHsfvSD8vV4nUO-cTrVhcVp",
        "Yqr0XfYOp3n8QzXAIm6Ni6JkEEQZXYJaLVMMedNUPw",
    )),
    (Ps384, true, concat!(
        "kZ8mwdeZIiwZ02yHGzUTTxfUIUKfrHaRAZuNGlKiq9847po2Gjv4LXAhE7VMCxqcxyBBq_zYCMGbSz4hKh1sXf7o-uCVH0bIBpC5",
        "HXrAN7vhyEqIemQlwksbV02QI5W_KwbZikZoHgVZA1hoxl4ShYmGGiOnuUDQAPxALDByDmNRuF44kv_mvzZihkejX4AguBecz-e2",
        "P4t-j5dPLsFQ8tZk59RDIxb32w9QDvogUE1IXNix-BkSu4fCb6cJodEobdp9hrNkW3ljMKlSc31fGzUgyivw3j-NxmaMTA4gGgEF",
        "fnNFTzZIqI2VDrVrmY4mDX3t8ZzA8eJu5gsbMs72fg",
    )),
    (Ps384, false, concat!(
        "MYvWxjfabxkf3BCkhVlEII467zV4_V0PfJBz8TLp7Y3dA7AFm0X6wAkZrcMqWzbyYB5tE0FxJ4x8W7B9ilgTkKEQwRpL-Ejl1DXg",
        "LZcHaDx4bfcnNcxYjLhNxisrVerhir4QBxdSEC09jA8PSaHh0Sm6mxdxXFNYV-1suHSpNqH7mrdenO9PcOwWycDs1LmqU1pUzH28",
        "PKhZiHnCAixZh0qAP_YqrQ2AB87mNyArn3ZH_8zJQNW3e0CsWf7XQdZJ_HkTAvqFDXANEbm-81q7uXiyjgD6klz0bDd9N_1j4pQ0",
        "bZXnLuS2qDGxuPOzmE3m4ktlh_rE0dcx2e60ccU8Ng",
    )),
    (Ps384, false, concat!(
        "f24PYulug8cJljaidIlzufjjtkrCKmleBA-c8YMhuUHtUy-rIi3O5mDAGeiTI0zehOZor8wt0dPyXTORMZXoFDk3p8HNXhyT9jfj",
        "5WtAM1VkrtOiv8GMyQlTlSa0IjIZ4g7A6nsvZMWB6G-z3cuNVEo6lMImIeL6WdV2dafuLlfZUJ7Oq5B9E0sDopwXeAToI4n0nPaw",
        "YjRKHZv3qVwP4LswQdiDoIZGvhR6utc-_D0lDHJr_dNUJ5YNv79Zj9SF_dofT3rJ-oK_qi7YsUZlXiqJ6h7IqnVi-4CLfRsQoIuE",
        "1MVJOvrvOTZuMElTsZQci3o5ofW7qVQTgkDtkOQiJg",
    )),
    (Ps384, false, concat!(
        "kHB5WYyuYMNElYk6fog_PbBhomqWLkrohsAglMhvSLKMQJgZLy5YRTi-2QrnqQ4HyqXd-KnR9A6p6muVY-brzJh-a2tEeOi6lZol",
        "uBrr3_ACoMzZnNO-38e7qSNST3wcB3DHZ-T3agvOGboZWITAkwc2W9bB6IRZzeAHZGRFYtrM5UnkbSj9T84I6U5L6S0Cav3UoAre",
        "hxVq2KUWvX58y7hJALC6yB2jJdo-PxfBPBdnerE-AZwHMRA30J4w6mzW7LPDcwrH2QuvjoLaWSMAWzb95jCTmBmph7nNS3PkTDrW",
        "b1-iJQ3tWJGOJpazrqFgwgrFUZPWMqf1ENUYc0Asjw",
    )),
    (Ps512, true, concat!(
        "l-sZHG2raPJYwDRPn-GvINX-6gjHpUuqvTX4PvGS5YoRAa72fCIJDaygvrLju-r57WUcuvvu-nrpbjvj37_e9CgwCHe_FFyBH060",
        "L0nnBux6CYLBp40ekDidc4mGAA0RqsrJ7L3tnRsMF7ZML5FyaNi_ulUWBJMXVG7EPVgm28P3ExgXQfPojghmYW3RSTpXFXE7MOux",
        "CwqGuVXp1LK2qbHA3YHErQES7G3TIv7Rx8QkuKjXl2rjX7Jj0kbzuUff8tJmNItACycFzgG-T3VS3EN3Unr09YWhaok_g9fDFwTC",
        "vrUAjJxn3FQCTCadXBxZdgVinpNSP_d0aA04KWg2Pg",
    )),
    (Ps512, false, concat!(
        "fYSSSUipz8QYmBkoKCWPvvM9B8ka_eltUHekpz7nBUzn4QTPWEfeqPU9ARm2y9UAWpI_wLBTJoP43_lKGk5zwxAxcVCTD8c6Bv5t",
        "0F0lMhwVAv_7CNl7sYqSa_M4mVp9QNPhsWWkNytlRBNM6_EwUPUG0Vif9GJA4bidURf4soJwdNP4MoEM_PINctkLL7G6JhvvoDG_",
        "MNt43cH-a5NfEPivPZfB36EBVNoYCUP-h7GiGmvkJyyJCnX0RUaisJoHDZXXNOEXzhVCGqy1T5QN7G5_eA05RWlZZXzXyy9to0uV",
        "KJvI0u_AbcuaifANfIjjQsd3D6w5YoBA-SK26mc9jQ",
    )),
    (Ps512, false, concat!(
        "nzFOxzfmR3pjOeFrJiBcL_hMA5DpC3kamPx6wXmrp44etHSYeKhXz0bZMATK_8oix2pf_mQstq5HSo11jlnfn0DdtspelMcnF-8R",
        "0DS-oeqvY6WnFZXYkdrecJNMd2N9N-O7lrKEq1mfom4z7YlXtuZRf_mWMM_zzTsu_7Es9gkVBhcpR8Ql0g97A-487PzytxEownH3",
        "EvK-_Pie3cxi1slu_NTJnvdXZuUGKxiHeJymfG8Pu55Smydio1BRyvZJgoBSc4VT9PsuHUGUMwBv8ILTmINNQPHvZcQWkCI5u06o",
        "ghfxuNXqG2EBmlmACVJkX67cNxAQIuZB61H7yQzbnw",
    )),
    (Ps512, false, concat!(
        "kzkeJi02UnqPPGOPfwYRVfDVkOo8YKdvqvmmPFQxtb-8lTa5sqaZcxMCIFweUcJq6EC0Q841943Znp4OuhdZPqlUdZP8cnOXUvSf",
        "XaBBwdwsu4gmT6g1aB_rVvkKyAVQu353HAggfGXkMsGE-UT8moDqF4TAYVdBa-1TQFVmbUK3PLIqKC47CjoSRYcmwxO8cX7Bg_GA",
        "5BYtvtLxKP-NoqGLmTzxKrTHtTMzdedJK6tnJpiG1LoMOIlBIGFKalhjVEDwR7F8gItTlF6zRdxkmYGRz3Vu9UxJButO1Dcvv6J0",
        "o2a8ggceLq-htWGQdp2KCXwu7lZEpvB0wg6bncBoqw",
    )),
];
