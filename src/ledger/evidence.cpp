#include "ledger/evidence.hpp"

#include <zip.h>

#include "ledger/entry.hpp"

namespace evenkeel::ledger {
namespace {

constexpr std::size_t most_unpacked = 256u << 20;

Hash range_root(const std::vector<Hash>& leaves, std::size_t from, std::size_t to) {
  CompactRange range;
  for (std::size_t i = from; i < to; ++i) range.append(leaves[i]);
  return range.root();
}

void path_of(const std::vector<Hash>& leaves, std::size_t from, std::size_t to, std::size_t index, std::vector<Hash>& out) {
  const auto n = to - from;
  if (n <= 1) return;
  std::size_t k = 1;
  while (k * 2 < n) k *= 2;
  if (index < from + k) {
    path_of(leaves, from, from + k, index, out);
    out.push_back(range_root(leaves, from + k, to));
  } else {
    path_of(leaves, from + k, to, index, out);
    out.push_back(range_root(leaves, from, from + k));
  }
}

const char* control_of(const std::string& kind) {
  if (kind.starts_with("release.planned") || kind.starts_with("changes.") || kind.starts_with("change."))
    return "CC8.1: changes are authorised and documented; A.8.32: change requests are recorded";
  if (kind.starts_with("risk.") || kind.starts_with("assessment.")) return "CC8.1: changes are assessed; A.8.32: impact is assessed";
  if (kind.starts_with("rollback.re") || kind.starts_with("rollback.doc")) return "A.8.32: fall-back procedures exist and are tested";
  if (kind.starts_with("tests.")) return "CC8.1: changes are tested; A.8.32: testing before production";
  if (kind.starts_with("signoff.") || kind.starts_with("decision.") || kind.starts_with("gate.") || kind.starts_with("security.") ||
      kind.starts_with("freeze_exception."))
    return "CC8.1: changes are approved, with separation of duties";
  if (kind.starts_with("run.") || kind.starts_with("step.") || kind.starts_with("deployment."))
    return "CC8.1: changes are implemented as approved";
  if (kind.starts_with("health.") || kind.starts_with("report.") || kind.starts_with("alert.") || kind.starts_with("rollback.") ||
      kind.starts_with("retrospective."))
    return "CC8.1: changes are monitored and corrected";
  if (kind.starts_with("communication.") || kind.starts_with("note.") || kind.starts_with("entry."))
    return "A.8.32: those affected are told";
  return "CC8.1: the record of the change";
}

struct ZipWriter {
  zip_source_t* source = nullptr;
  zip_t* zip = nullptr;
  std::vector<std::string> kept;  // libzip reads the buffers at close
  ZipWriter() {
    zip_error_t error;
    zip_error_init(&error);
    source = zip_source_buffer_create(nullptr, 0, 0, &error);
    zip = zip_open_from_source(source, ZIP_TRUNCATE, &error);
    zip_source_keep(source);  // so that what was written can be read back after the close
    kept.reserve(16);
  }
  void add(const char* name, std::string text) {
    kept.push_back(std::move(text));
    auto* part = zip_source_buffer(zip, kept.back().data(), kept.back().size(), 0);
    const auto index = zip_file_add(zip, name, part, ZIP_FL_OVERWRITE);
    if (index >= 0) zip_file_set_mtime(zip, static_cast<zip_uint64_t>(index), 0, 0);
  }
  std::string finish() {
    zip_close(zip);
    zip_source_open(source);
    zip_stat_t stat;
    zip_source_stat(source, &stat);
    std::string out(stat.size, '\0');
    zip_source_read(source, out.data(), out.size());
    zip_source_close(source);
    zip_source_free(source);
    return out;
  }
};

Result<std::map<std::string, std::string>> unzip(const std::string& bytes) {
  zip_error_t error;
  zip_error_init(&error);
  auto* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
  auto* zip = zip_open_from_source(source, ZIP_RDONLY, &error);
  if (!zip) {
    zip_source_free(source);
    return invalid(fmt::format("not an evidence pack: {}", zip_error_strerror(&error)));
  }
  std::map<std::string, std::string> files;
  std::size_t total = 0;
  for (zip_int64_t i = 0; i < zip_get_num_entries(zip, 0); ++i) {
    zip_stat_t stat;
    if (zip_stat_index(zip, static_cast<zip_uint64_t>(i), 0, &stat) != 0 || (total += stat.size) > most_unpacked) {
      zip_close(zip);
      return invalid("not an evidence pack: it is damaged or too large");
    }
    std::string text(stat.size, '\0');
    auto* file = zip_fopen_index(zip, static_cast<zip_uint64_t>(i), 0);
    const bool whole = file && zip_fread(file, text.data(), text.size()) == static_cast<zip_int64_t>(text.size());
    if (file) zip_fclose(file);
    if (!whole) {
      zip_close(zip);
      return invalid(fmt::format("not an evidence pack: {} is damaged", stat.name));
    }
    files[stat.name] = std::move(text);
  }
  zip_close(zip);
  return files;
}

}  // namespace

std::vector<Hash> audit_path(const std::vector<Hash>& leaves, std::size_t index) {
  std::vector<Hash> out;
  path_of(leaves, 0, leaves.size(), index, out);
  return out;
}

Result<std::string> export_pack(store::Tx& tx, const std::string& release_id, const std::string& title, const std::string& organisation,
                                const Key& key, SysTime now) {
  std::vector<Hash> leaves;
  tx.exec("SELECT leaf FROM ledger_entry ORDER BY id", {}, [&](const store::Row& row) {
    Hash h{};
    std::copy_n(row.blob(0).begin(), 32, h.begin());
    leaves.push_back(h);
  });
  CompactRange range;
  for (const auto& l : leaves) range.append(l);
  std::string entries, rows,
      story = fmt::format("# {}\n\nWhat the ledger of {} holds about it, exported {}.\n\n", title, organisation, to_iso(now));
  std::set<std::string> controls;
  std::string control_lines;
  std::vector<std::pair<std::string, std::string>> sealed;
  tx.exec("SELECT id, bytes FROM ledger_entry WHERE release_id = $1 ORDER BY id", {release_id}, [&](const store::Row& row) {
    const auto index = static_cast<std::size_t>(row.integer(0));
    json::Array proof;
    for (const auto& h : audit_path(leaves, index)) proof.push_back(boost::json::string(to_hex(h)));
    entries += json::dump(json::Object{{"index", row.integer(0)}, {"bytes", to_base64(row.blob(1))}, {"proof", std::move(proof)}}) + "\n";
    const auto e = parse_entry(row.blob(1));
    if (!e) return;
    std::string facts;
    for (const auto& [name, value] : e->facts) facts += (facts.empty() ? "" : ", ") + name + " " + value;
    story += fmt::format("{}. {} **{}** by {} {}{}{}\n", index, to_iso(e->at), e->kind, e->actor_kind, e->actor, facts.empty() ? "" : ": ",
                         facts);
    const auto area = e->kind.substr(0, e->kind.find('.'));
    if (controls.insert(e->kind).second) control_lines += fmt::format("- `{}`: {}\n", e->kind, control_of(e->kind));
    for (const auto& s : e->sealed) sealed.emplace_back(s.table, s.id);
  });
  if (entries.empty()) return not_found("the ledger holds nothing about this release");
  for (const auto& [table, id] : sealed)
    tx.exec("SELECT * FROM " + table + " WHERE id = $1", {id}, [&](const store::Row& row) {
      json::Object columns;
      for (std::size_t i = 0; i < row.names.size(); ++i) {
        if (row.null(i)) continue;
        if (const auto* n = std::get_if<std::int64_t>(&row.values[i]))
          columns[row.names[i]] = *n;
        else
          columns[row.names[i]] = row.text(i);
      }
      rows += json::dump(json::Object{{"table", table}, {"id", id}, {"columns", std::move(columns)}}) + "\n";
    });
  ZipWriter zip;
  zip.add("story.md", std::move(story));
  zip.add("controls.md", "# Controls\n\nWhich control each kind of entry serves.\n\n" + control_lines);
  zip.add("checkpoint.txt", sign_checkpoint({"evenkeel/" + organisation, static_cast<std::int64_t>(leaves.size()), range.root()}, key));
  zip.add("key.txt", verifier_key(key) + "\n");
  zip.add("entries.jsonl", std::move(entries));
  zip.add("rows.jsonl", std::move(rows));
  return zip.finish();
}

Result<PackReport> verify_pack(const std::string& bytes, const std::string& verifier) {
  const auto files = TRY(unzip(bytes));
  for (const auto* name : {"checkpoint.txt", "key.txt", "entries.jsonl", "rows.jsonl"})
    if (!files.contains(name)) return invalid(fmt::format("not an evidence pack: {} is missing", name));
  PackReport report;
  const auto complain = [&](std::int64_t index, const char* kind, std::string message) {
    report.problems.push_back({index, kind, std::move(message)});
  };
  const auto key = parse_verifier_key(verifier.empty() ? files.at("key.txt") : verifier);
  if (!key) return std::unexpected(key.error());
  const auto checkpoint = open_checkpoint(files.at("checkpoint.txt"), *key);
  if (!checkpoint) {
    complain(-1, "checkpoint_mismatch", checkpoint.error().message);
    return report;
  }
  report.checkpoint = fmt::format("{} entries, root {}", checkpoint->size, to_hex(checkpoint->root));
  fsck::Digest root;
  std::copy(checkpoint->root.begin(), checkpoint->root.end(), root.begin());
  std::map<std::pair<std::string, std::string>, std::pair<fsck::Digest, std::int64_t>> sealed;
  const auto each_line = [](const std::string& text, const auto& f) {
    for (std::size_t at = 0; at < text.size();) {
      const auto end = std::min(text.find('\n', at), text.size());
      if (end > at) f(std::string_view(text).substr(at, end - at));
      at = end + 1;
    }
  };
  each_line(files.at("entries.jsonl"), [&](std::string_view line) {
    const auto v = json::parse(line);
    try {
      if (!v) throw std::runtime_error(v.error().message);
      const auto index = v->at("index").as_int64();
      const auto raw = from_base64(std::string_view(v->at("bytes").as_string()));
      std::vector<fsck::Digest> path;
      for (const auto& p : v->at("proof").as_array()) path.push_back(fsck::digest_of(std::string(p.as_string())).value());
      ++report.entries;
      const auto entry = raw ? fsck::read_entry(*raw) : std::nullopt;
      if (!entry) {
        complain(index, "entry_changed", fmt::format("entry {} cannot be read", index));
        return;
      }
      if (!fsck::proves(index, checkpoint->size, fsck::leaf_of(*raw), path, root))
        complain(index, "entry_changed", fmt::format("entry {} ({}) is not in the ledger that the checkpoint signed", index, entry->kind));
      report.release = entry->release;
      for (const auto& s : entry->sealed) sealed[{s.table, s.id}] = {s.hash, index};
    } catch (const std::exception& e) {
      complain(-1, "entry_changed", fmt::format("a line of entries.jsonl cannot be read: {}", e.what()));
    }
  });
  each_line(files.at("rows.jsonl"), [&](std::string_view line) {
    const auto v = json::parse(line);
    try {
      if (!v) throw std::runtime_error(v.error().message);
      const std::string table{v->at("table").as_string()}, id{v->at("id").as_string()};
      ++report.rows;
      const auto seal = sealed.find({table, id});
      if (seal == sealed.end()) {
        complain(-1, "row_unsealed", fmt::format("{} {}: no entry of the pack sealed it", table, id));
        return;
      }
      if (fsck::row_digest(table, v->at("columns").as_object()) != seal->second.first)
        complain(seal->second.second, "row_changed",
                 fmt::format("{} {} differs from what entry {} sealed", table, id, seal->second.second));
      sealed.erase(seal);
    } catch (const std::exception& e) { complain(-1, "row_changed", fmt::format("a line of rows.jsonl cannot be read: {}", e.what())); }
  });
  for (const auto& [key_of, seal] : sealed)
    complain(seal.second, "row_missing",
             fmt::format("{} {}, sealed by entry {}, is not in the pack", key_of.first, key_of.second, seal.second));
  if (report.entries == 0) complain(-1, "entry_missing", "the pack holds no entry");
  return report;
}

}  // namespace evenkeel::ledger
