/** What is shown: the page for the standing, the role and the place, between the bar on top and the notices. */

import type { JSX } from "preact";

import { Bar } from "./parts/bar.tsx";
import { Help } from "./parts/help.tsx";
import { Notices } from "./parts/notices.tsx";
import { allowed, PAGES } from "./pages.tsx";
import { EnrolPage } from "./pages/enrol.tsx";
import { JoinPage } from "./pages/join.tsx";
import { LockPage } from "./pages/lock.tsx";
import { NotFoundPage } from "./pages/not_found.tsx";
import { SecondFactorPage } from "./pages/second_factor.tsx";
import { SignInPage } from "./pages/sign_in.tsx";
import { route } from "./router.ts";
import { session } from "./session.ts";
import { t } from "./texts.ts";

/** The whole desk. */
export function App(): JSX.Element {
  const standing = session.standing.value;
  return (
    <>
      <a class="skip" href="#main" onClick={skip}>
        {t("To the content")}
      </a>
      <Bar />
      <Notices />
      <main id="main" class="container-fluid" tabIndex={-1} aria-busy={standing === "starting" ? "true" : undefined}>
        <Place />
      </main>
      <Help />
    </>
  );
}

/** A hash is a place here, so the skip link moves the focus itself. */
function skip(event: Event): void {
  event.preventDefault();
  document.getElementById("main")?.focus();
}

function Place(): JSX.Element | null {
  const { page, argument } = route.value;
  // A second link that is followed in the same tab begins anew.
  if (page === "join") return <JoinPage key={argument} code={argument ?? ""} />;
  switch (session.standing.value) {
    case "starting":
      return null;
    case "out":
      return <SignInPage />;
    case "second":
      return <SecondFactorPage />;
    case "enrol":
      return <EnrolPage />;
    case "locked":
      return <LockPage />;
    case "open": {
      const role = session.me.value?.role;
      const found = role && Object.hasOwn(PAGES, page) ? PAGES[page] : undefined;
      if (!found || !role || !allowed(found, role)) return <NotFoundPage />;
      return <div key={`${page}/${argument ?? ""}`}>{found.show(argument)}</div>;
    }
  }
}
