//! The mappings that the binary brings.

use hourzero_detect::{MappingError, Mappings};

#[test]
fn built_in_mappings_are_sound() {
    Mappings::built_in().expect("sound");
}

#[test]
fn a_wrong_mapping_says_where_and_why() {
    let cases = [
        "product: azure
services: {x: {records: {sourse: sign-in}}}",
        "product: azure
services: {x: {fields: {}}}",
        "product: azure
services: {x: {records: {source: sign-in}, fields: {A: b}}}",
        "colours: {a: b}",
        "roles: [",
    ];
    let messages: Vec<String> = cases
        .iter()
        .map(|text| {
            let error: MappingError =
                Mappings::load([("own.yml", *text)]).expect_err("a wrong mapping");
            error.to_string()
        })
        .collect();
    insta::assert_debug_snapshot!(messages);
}
