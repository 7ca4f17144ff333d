import { Link } from '@tanstack/react-router';
import { buttonClass } from '../ui/Button.tsx';
import { EmptyState } from '../ui/EmptyState.tsx';

/** An address that leads nowhere. */
export function NotFound() {
  return (
    <div className="px-4">
      <EmptyState
        title="There is nothing at this address"
        actions={
          <Link to="/fleet" className={buttonClass('primary')}>
            Go to the fleet
          </Link>
        }
      >
        It may have been removed, or the link was cut short.
      </EmptyState>
    </div>
  );
}
