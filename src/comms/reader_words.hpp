// What stands around notes on the public page and in mails, in the reader's language: English, German, French, Spanish. Notes themselves
// are translated by people (changelog/translation.hpp).
#pragma once
#include <array>
#include <string>
#include <string_view>

namespace evenkeel::comms {

/// Names of the parts of notes and digests, in their order.
struct PartNames {
  std::string_view act, removed, going_away, safer, fresh, better, fixed, more;
};

/// "{}" stands for what a sentence is about.
struct ReaderWords {
  std::string_view tag;  // of these words, for `lang`
  PartNames parts;
  // the page
  std::string_view subscribe, by_mail, search, product, all, show, languages, newer, older, archive, skip, pages;
  std::string_view deployed, switched_on, withdrawn, no_releases, nothing_here, see_all, link_to_entry, what_changed;
  std::string_view releases_of, changed_in, found_none, found_one, found_many, nothing_announced;
  // subscribing
  std::string_view how_often, every_release, monthly, quarterly, language, address, interested_as, products, first_a_link;
  std::string_view look_into_mail, link_sent, confirm_title, confirm, yours, change, leave, left, nobody_writes, again, link_broken,
      bad_address, not_now;
  // mails
  std::string_view confirm_subject, confirm_body, asked_for, change_text, change_link, leave_link, digest_title, correction, taken_back;
};

/// By the longest prefix: "de-AT" reads German; English where there is nothing better.
const ReaderWords& reader_words(std::string_view locale);

}  // namespace evenkeel::comms
