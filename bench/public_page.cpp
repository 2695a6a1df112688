// The public changelog with 2,000 releases behind it, from a cold start: a new process each time, whose first answer is the page. Time from
// the request to the whole answer, over the loopback: an upper bound of the server's own.
//   bench_public_page [RELEASES]
#include <algorithm>
#include <cstdlib>

#include "definitions/apply.hpp"
#include "definitions/config.hpp"
#include "server.hpp"
#include "work/engine.hpp"

using namespace evenkeel;

namespace {

constexpr int most_ms = 20;
constexpr int starts = 9;

/// Published notes of two product areas, forty lines each, as the mailing of a release leaves them; every second one in German too.
void fill(const std::string& path, int releases) {
  const auto database = store::Database::open(path);
  store::migrate(*database).value();
  const SystemClock clock;
  Engine engine(*database, clock);
  const Actor admin{.kind = ActorKind::person, .id = "psn_bench", .grants = {{Role::admin, "*"}}};
  const auto o = definitions::read_yaml("name: Bench\nwords: {locales: [en, de]}\n", "evenkeel.yaml").value();
  engine.perform(admin, [&](Work& w) { return definitions::apply(w, o, "evenkeel.yaml"); }).value();
  std::string body = "### New\n\n";
  for (int i = 0; i < 40; ++i)
    body += fmt::format("- You can now do thing {} with **less** effort; see [the manual](https://shop.test/{}).\n", i, i);
  database->write([&](store::Tx& tx) {
    for (int i = 0; i < releases; ++i) {
      const auto id = fmt::format("pub_{}", i), version = fmt::format("1.{}.0", i);
      tx.exec("INSERT INTO public_note (id, release_id, version, title, body, published_at, area) VALUES ($1, $2, $3, '', $4, $5, $6)",
              {id, "rel_" + id, version, body, std::int64_t{1'700'000'000'000} + std::int64_t{i} * 40'000'000,
               std::string(i % 2 ? "shop" : "pay")});
      if (i % 2)
        tx.exec("INSERT INTO public_note_text (id, public_note_id, locale, body, published_at) VALUES ($1, $2, 'de', $3, 0)",
                {id + "/de", id, body});
    }
  });
}

void measure(const std::string& program, const bench::Scratch& scratch, const std::string& path) {
  std::vector<double> first, later;
  for (int i = 0; i < starts; ++i) {
    bench::Server server(program, scratch.file("public.db"), scratch.file("state"));
    for (auto* took : {&first, &later}) {
      const double start = bench::wall_seconds();
      if (server.get(path, "") != 200) throw std::runtime_error("GET " + path + " failed");
      took->push_back((bench::wall_seconds() - start) * 1000);
    }
  }
  std::sort(first.begin(), first.end()), std::sort(later.begin(), later.end());
  fmt::print("{:<28} first answer of {} new processes: median {:.1f} ms, worst {:.1f} ms; the next one {:.1f} ms ({} ms wanted)\n", path,
             starts, first[starts / 2], first.back(), later[starts / 2], most_ms);
}

}  // namespace

int main(int argc, char** argv) {
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  const int releases = argc > 1 ? std::atoi(argv[1]) : 2000;
  const bench::Scratch scratch;
  const auto program = std::filesystem::path(argv[0]).parent_path().parent_path() / "evenkeel";
  fill(scratch.file("public.db"), releases);
  fmt::print("{} releases\n", releases);
  for (const auto* path : {"/changelog", "/changelog?lang=de", "/changelog?area=shop", "/changelog?page=90", "/changelog/feed.json"})
    measure(program, scratch, path);
}
