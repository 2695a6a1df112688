// A first sentence for customers out of a technical entry, where a rule can write one.
//
// Commits are written for colleagues: "Add pr_numbers field to RemoteContributor", "Fix heart emoji before heading". A rule knows a few
// forms whose meaning for a reader outside is certain ("Allow customers to pay by invoice", "Fix crash when the cart is empty"), and turns
// these into sentences that read well whatever their words are: it never puts a verb behind a label, and a fix is told as what works again.
// All else needs a person's words, and says so: no sentence is better than one that only insiders understand.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "changelog/keep_a_changelog.hpp"

namespace evenkeel::changelog {

/// "cart: Add CSV export of invoices (#12)" -> "We added CSV export of invoices."; nothing where the entry needs words. What comes back
/// has no name of the code, id, path or version in it, and no hint of plain_language() against it.
std::optional<std::string> customer_sentence(Type type, std::string_view text);

/// The first public name of a weakness in a text: "CVE-2026-1234", "GHSA-abcd-efgh-jkmn"; empty when there is none.
std::string weakness_named(std::string_view text);

}  // namespace evenkeel::changelog
