#include "http/static_files.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

#include "http/coding.hpp"

namespace evenkeel::http {
namespace {

std::string gzip(std::string_view text) {
  z_stream z{};
  deflateInit2(&z, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&z, text.size()) + 32, '\0');
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  z.avail_in = static_cast<uInt>(text.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  deflate(&z, Z_FINISH);
  out.resize(z.total_out);
  deflateEnd(&z);
  return out;
}

class Files : public testing::Test {
 protected:
  const std::string page_ = gzip("<!doctype html>the app"), script_ = gzip("let a=1");
  const std::string brotli_ = "brotli bytes";
  const std::array<Asset, 2> table_{Asset{"/index.html", page_, brotli_}, Asset{"/assets/app-1a2b.js", script_, brotli_}};
  const StaticFiles files_{table_};
  static Request get(std::string target, std::string accept = "", std::string seen = "") {
    auto r = make_request("GET", std::move(target));
    if (!accept.empty()) r.headers.set("Accept-Encoding", accept);
    if (!seen.empty()) r.headers.set("If-None-Match", seen);
    return r;
  }
};

TEST_F(Files, TheBestAcceptedCodingIsServedAndNoneUnpacksTheFile) {
  EXPECT_EQ(files_.file(get("/assets/app-1a2b.js", "gzip, deflate, br"))->body, "brotli bytes");
  const auto zipped = files_.file(get("/assets/app-1a2b.js", "gzip, br;q=0"));
  EXPECT_EQ(zipped->headers.get("Content-Encoding"), "gzip");
  EXPECT_EQ(zipped->body, script_);
  const auto plain = files_.file(get("/assets/app-1a2b.js"));
  EXPECT_EQ(plain->body, "let a=1");
  EXPECT_FALSE(plain->headers.has("Content-Encoding"));
  EXPECT_EQ(plain->content_type, "text/javascript; charset=utf-8");
}
TEST_F(Files, HashedNamesAreKeptForEverAndThePageIsAskedForEachTime) {
  EXPECT_THAT(std::string(files_.file(get("/assets/app-1a2b.js"))->headers.get("Cache-Control")), testing::HasSubstr("immutable"));
  EXPECT_EQ(files_.page(get("/"))->headers.get("Cache-Control"), "no-cache");
}
TEST_F(Files, AMatchingTagIsAnsweredWithoutABodyAndCodingsHaveTheirOwnTags) {
  const std::string plain{files_.page(get("/"))->headers.get("ETag")}, packed{files_.page(get("/", "br"))->headers.get("ETag")};
  EXPECT_NE(plain, packed);
  EXPECT_EQ(files_.page(get("/", "br", packed))->status, 304);
  EXPECT_EQ(files_.page(get("/", "br", plain))->status, 200);
}
TEST_F(Files, TheUiRoutesItsOwnPathsButNotFilesNorTheApi) {
  for (const auto* path : {"/", "/releases/rel_1", "/releases/shop/1.4.1", "/deployments/1.4.0-rc.1", "/calendar?from=2026-01-01"})
    EXPECT_EQ(files_.page(get(path))->body, "<!doctype html>the app") << path;
  for (const auto* path : {"/api/v1/nothing", "/assets/gone.js", "/favicon.ico", "/releases/x.map"})
    EXPECT_FALSE(files_.page(get(path))) << path;
  EXPECT_FALSE(files_.page(make_request("POST", "/")));
  EXPECT_FALSE(files_.file(get("/../etc/passwd")));
}
TEST_F(Files, WithoutABuiltUiThePageSaysSo) {
  const StaticFiles none{std::span<const Asset>{}};
  EXPECT_THAT(none.page(get("/"))->body, testing::HasSubstr("no web UI"));
}
TEST(Gunzip, BrokenAndOversizedStreamsAreRefused) {
  const auto packed = gzip(std::string(100'000, 'a'));
  EXPECT_EQ(gunzip(packed)->size(), 100'000u);
  EXPECT_FALSE(gunzip(packed, 50'000));
  EXPECT_FALSE(gunzip(packed.substr(0, packed.size() / 2)));
  EXPECT_FALSE(gunzip("not gzip"));
}

}  // namespace
}  // namespace evenkeel::http
